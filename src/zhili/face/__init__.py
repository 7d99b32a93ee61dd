"""What a host hangs up: operations made from commands, questions and tables, one way through."""

from zhili.face.face import Face
from zhili.face.limits import Limits
from zhili.face.request import Request, Response
from zhili.face.route import Route

__all__ = ["Face", "Limits", "Request", "Response", "Route"]
