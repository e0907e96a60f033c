"""Has the real Trivy and Grype scan an image in their formats and with their filters, compares them, and has judge.py judge each named cause.

    pairs.py IMAGE.tar FEEDS GRYPE_DB OUT [PAIR...]       PAIR: two or three names of RUNS with + between, such as trivy.json+grype.sarif

The programs (`grype`, `trivy`, `syft`) and `plimsoll` (or $PLIMSOLL) are found by PATH and read the databases that the environment names
(docs/scanners.md). $TRIVY_CONTRIB is the folder of Trivy's templates; what needs it is left out without. Reports that are there already
are kept. Judged are places where rows differ, of triples those of every pair of them.
"""
import os, re, shlex, subprocess, sys

IMAGE, FEEDS, GRYPE_DB, OUT = (os.path.abspath(path) for path in sys.argv[1:5])
CONTRIB = os.environ.get('TRIVY_CONTRIB')
TRIVY = 'trivy image --quiet --scanners vuln'
HIDDEN = ['CVE-2023-0464', 'CVE-2023-0286', 'CVE-2011-3389', 'CVE-2022-3715', 'CVE-2023-32681', 'CVE-2007-5686']
# Name of a report: the program's arguments. `X.sarif` beside `X.json` is the same run, which the judge reads the facts from.
RUNS = {
    'trivy.json': '--format json --list-all-pkgs',
    'trivy.sarif': '--format sarif',
    'trivy.cdx.json': '--format cyclonedx',
    'trivy-fixed.json': '--format json --list-all-pkgs --ignore-unfixed',
    'trivy-fixed.sarif': '--format sarif --ignore-unfixed',
    'trivy-high.json': '--format json --list-all-pkgs --severity HIGH,CRITICAL',
    'trivy-high.sarif': '--format sarif --severity HIGH,CRITICAL',
    'trivy-hidden.json': '--format json --list-all-pkgs --show-suppressed --ignorefile IGNORE',
    'trivy-vex.json': '--format json --list-all-pkgs --show-suppressed --vex VEX',
    'grype.json': '-o json',
    'grype.sarif': '-o sarif',
    'grype.cdx.json': '-o cyclonedx-json',
    'grype-cve.json': '-o json --by-cve',
    'grype-fixed.json': '-o json --only-fixed',
    'grype-fixed.sarif': '-o sarif --only-fixed',
    'grype-vex.json': '-o json --vex VEX',
    **({'trivy.gitlab.json': f'--format template --template @{CONTRIB}/gitlab.tpl', 'trivy.asff.json': f'--format template --template @{CONTRIB}/asff.tpl'} if CONTRIB else {}),
}
PAIRS = [
    *(f'{name}+grype.json' for name in RUNS if name.startswith('trivy')),
    *(f'trivy.json+{name}' for name in RUNS if name.startswith('grype') and name != 'grype.json'),
    *('trivy.sarif+grype.sarif', 'trivy-fixed.sarif+grype-fixed.sarif', 'trivy.json+trivy-high.sarif', 'trivy.json+trivy-vex.json', 'grype.json+grype-vex.json', 'grype.json+grype-fixed.sarif'),
    *('trivy.json+grype.json+trivy-fixed.json', 'trivy-high.json+grype-fixed.json+grype-vex.json'),
]


def vex():
    """Statements on packages of the image, as both programs read OpenVEX."""
    product = f'pkg:oci/{os.path.basename(IMAGE)}'
    return {'@context': 'https://openvex.dev/ns/v0.2.0', '@id': 'https://vex.example/1', 'author': 'a reader', 'timestamp': '2026-01-01T00:00:00Z', 'version': 1, 'statements': [{'vulnerability': {'name': id}, 'products': [{'@id': purl}], 'status': 'not_affected', 'justification': 'vulnerable_code_not_in_execute_path'} for id, purl in hidden()]}


def hidden():
    """Some rows of Grype, each seventh, by the package URLs that it gives them."""
    import json
    with open(f'{OUT}/grype.json') as file:
        return sorted({(one['vulnerability']['id'], one['artifact']['purl']) for one in json.load(file)['matches'] if one['artifact'].get('purl')})[::7]


def report(name):
    """Scans once; the arguments lie beside the report, where the judge looks for them."""
    path = f'{OUT}/{name}'
    if os.path.exists(path):
        return path
    arguments = RUNS[name].replace('IGNORE', f'{OUT}/ignore').replace('VEX', f'{OUT}/vex.json')
    if 'vex.json' in arguments and not os.path.exists(f'{OUT}/vex.json'):
        import json
        report('grype.json')
        with open(f'{OUT}/vex.json', 'w') as file:
            json.dump(vex(), file)
    command = f'{TRIVY} {arguments} --input {shlex.quote(IMAGE)}' if name.startswith('trivy') else f'grype -q {arguments} docker-archive:{shlex.quote(IMAGE)}'
    with open(f'{path}.part', 'wb') as file:
        subprocess.run(shlex.split(command), stdout=file, check=True)
    with open(f'{path}.args', 'w') as file:
        file.write(arguments)
    os.rename(f'{path}.part', path)
    # Facts of the same run.
    base = re.sub(r'\.(?:sarif|cdx\.json|gitlab\.json|asff\.json)$', '.json', name)
    if base != name:
        report(base)
    if name.startswith('grype') and name.endswith('.json') and base == name:
        link = f'{path}.packages.json'
        if not os.path.exists(f'{OUT}/packages.json'):
            with open(f'{OUT}/packages.json', 'wb') as file:
                subprocess.run(['syft', '-q', '-o', 'json', f'docker-archive:{IMAGE}'], stdout=file, check=True)
        if not os.path.exists(link):
            os.link(f'{OUT}/packages.json', link)
    return path


def main():
    os.makedirs(OUT, exist_ok=True)
    with open(f'{OUT}/ignore', 'w') as file:
        file.write('\n'.join(HIDDEN) + '\n')
    made = []
    for pair in sys.argv[5:] or PAIRS:
        reports = [report(name) for name in pair.split('+')]
        out = f'{OUT}/{pair}.compared'
        # An image of its own beside them is no part of what is judged: the reports alone.
        subprocess.run([*shlex.split(os.environ.get('PLIMSOLL', 'plimsoll')), 'compare', *reports, '-f', f'json={out}'], check=True, stderr=subprocess.DEVNULL)
        made.append(out)
    sys.stdout.flush()
    sys.exit(subprocess.run([sys.executable, os.path.join(os.path.dirname(__file__), 'judge.py'), FEEDS, GRYPE_DB, *made]).returncode)


main()
