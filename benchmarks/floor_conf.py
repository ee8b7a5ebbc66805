"""The floor runs under the same server: two workers of four threads."""

bind = "127.0.0.1:8901"
workers = 2
worker_class = "gthread"
threads = 4
keepalive = 5
