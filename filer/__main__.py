"""`python -m filer`: the same command as `filer`, for where scripts are not on the PATH."""

from filer.cli import main

if __name__ == "__main__":
    main()
