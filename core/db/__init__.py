"""Django's database backends as the register needs them."""
