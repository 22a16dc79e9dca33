"""python -m push.sim"""

import argparse
import sys

from .cli import add_arguments, run

parser = argparse.ArgumentParser(description="Simulates APNs, FCM, ADM, WNS and Web Push.")
add_arguments(parser)
try:
    run(vars(parser.parse_args()), lambda line: print(line, flush=True))
except (OSError, ValueError) as error:
    sys.exit(str(error))
