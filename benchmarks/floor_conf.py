"""The floor runs under the same server: two workers of eight threads."""

bind = "127.0.0.1:8901"
workers = 2
worker_class = "gthread"
threads = 8
keepalive = 5
