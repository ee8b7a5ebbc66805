"""The resources, one module per domain package."""
