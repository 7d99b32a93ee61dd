// What a page does besides: nothing here is needed to read or send anything.
(function () {
  "use strict";
  var root = document.documentElement;
  var zh = root.lang.indexOf("zh") === 0;
  var skew = Date.parse(root.dataset.now) - Date.now() || 0;

  function span(ms) {
    var minutes = Math.floor(ms / 60000), days = Math.floor(minutes / 1440);
    var hours = Math.floor(minutes / 60) % 24, rest = minutes % 60;
    if (days >= 3) return zh ? days + "天" : days + " days";
    if (days) return zh ? days + "天" + (hours ? hours + "小时" : "") : days + (days === 1 ? " day" : " days") + (hours ? " " + hours + " h" : "");
    if (hours) return zh ? hours + "小时" + rest + "分" : hours + " h " + rest + " min";
    return zh ? rest + "分钟" : rest + " min";
  }

  // Clocks run down: <span data-due="2026-03-05T01:30:00+00:00">, in the words of the server.
  function tick() {
    var now = Date.now() + skew;
    document.querySelectorAll("[data-due]").forEach(function (shown) {
      var left = Date.parse(shown.dataset.due) - now;
      if (isNaN(left)) return;
      var words = span(Math.abs(left));
      shown.textContent = left <= 0
        ? (zh ? "已超期" + words : "overdue by " + words)
        : (zh ? "剩余" + words : words + " left");
      shown.classList.toggle("broken", left <= 0);
      shown.classList.toggle("soon", left > 0 && left <= 86400000);
    });
  }
  if (document.querySelector("[data-due]")) { tick(); setInterval(tick, 30000); }

  // What is wrong with a form is read out first.
  var wrong = document.querySelector("[role=alert][tabindex]");
  if (wrong) wrong.focus();

  // A form is sent once, however often its button is pressed; going back wakes it again.
  document.addEventListener("submit", function (event) {
    if (event.target.method !== "post") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "1";
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
