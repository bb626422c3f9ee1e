"""``python -m compassion``."""

from compassion.commands.main import main

if __name__ == "__main__":
    main()
