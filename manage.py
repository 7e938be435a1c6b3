#!/usr/bin/env python
"""Operators' entry point: ``manage.py up`` runs the whole server, ``manage.py help`` lists the rest."""

import asyncio
import os
import sys

import uvloop
from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tommy.settings")
    # Before Django's setup, in which Daphne makes the loop that it serves on.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    execute_from_command_line(sys.argv)
