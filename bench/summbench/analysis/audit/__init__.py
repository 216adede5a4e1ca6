"""The same outputs under every usual ROUGE convention: what is the order worth?"""
