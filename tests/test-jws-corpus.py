#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The signature layer against derived/jws-cases.jsonl: every verdict, and the
class of every reason."""
import json
import os
import subprocess
import sys

CORPUS = os.path.join(os.environ.get('AUTHCHAIN_CORPUS', ''),
                      'derived/jws-cases.jsonl')
PROGRAM = os.path.join(os.environ.get('abs_top_builddir', '.'),
                       'tests/jws-verify')
CASES = 492
CLASS = {
    'none': 'ok',
    'malformed_token': 'malformed',
    'algorithm_not_allowed': 'alg',
    'critical_header': 'malformed',
    'unknown_kid': 'key',
    'unusable_key': 'key',
    'bad_signature': 'signature',
}

if not os.path.exists(CORPUS):
    print('1..0 # SKIP no corpus at AUTHCHAIN_CORPUS')
    sys.exit(0)
with open(CORPUS, encoding='utf-8') as stream:
    text = stream.read()
cases = [json.loads(line) for line in text.splitlines()]
done = subprocess.run([PROGRAM], input=text, capture_output=True, text=True,
                      check=False)
answers = [json.loads(line) for line in done.stdout.splitlines()]

print('%sok 1 - jws-verify ends well' % ('' if done.returncode == 0 else 'not '))
print('%sok 2 - there are %d cases and as many answers'
      % ('' if len(cases) == CASES == len(answers) else 'not ', CASES))
number = 2
failed = done.returncode != 0
for case, answer in zip(cases, answers):
    number += 1
    want = case['reason']
    good = (answer['id'] == case['id'] and
            answer['verdict'] == case['expect'] and
            CLASS.get(answer['reason']) == want)
    failed = failed or not good
    print('%sok %d - %s %s is %s (%s)' % (
        '' if good else 'not ', number, case['id'],
        case['title'].replace('#', ''), case['expect'], want))
    if not good:
        print('# got %s' % answer)
print('1..%d' % number)
sys.exit(1 if failed else 0)
