"""The host frameworks: each only hangs up what the face gives, with the host's own users."""
