"""What each shortcut of the engine gains: measured with it, and with it switched off."""
