"""HTTP/1.1 on a socket: bytes to requests, answers to bytes, and what a connection may cost."""
