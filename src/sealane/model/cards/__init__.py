"""Card numbers: what their digits tell, and finding them where none may stand."""
