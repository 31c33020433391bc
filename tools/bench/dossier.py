"""One dossier out of a case on the disk, as a process of its own: `dossiers` measures it.

python dossier.py CASE full|light
"""

import sys
from pathlib import Path

from filer import complaining
from filer.complaint.dossier import as_pdf
from tests.complaint.whole import made_of

case, wanted = sys.argv[1:]
matter = made_of(Path(case))
made = next(each for each in complaining.dossiers(matter) if each.light is (wanted == "light"))
print(len(as_pdf(made)))
