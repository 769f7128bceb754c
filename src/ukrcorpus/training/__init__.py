"""How the weights that the package carries were trained; nothing here is loaded by the package itself."""
