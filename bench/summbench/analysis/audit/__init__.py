"""The same outputs under every usual ROUGE convention: how far scores and orders move."""
