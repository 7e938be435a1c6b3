#!/usr/bin/env python
"""Operators' entry point: ``manage.py up`` runs the whole server, ``manage.py help`` lists the rest."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
    execute_from_command_line(sys.argv)
