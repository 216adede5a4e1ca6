"""Where models work; a config names one by its class."""
