"""Counts true hits and hits of a table of pairs again, by other means than replicate_search.py: prints both.

    recount_hits.py PAIRS.tsv QUERIES.mgf LIBRARY.mgf COLUMN THRESHOLD
"""

import csv
import re
import sys


def keys(path):
    text = open(path).read()
    return list(zip(re.findall(r"^SPECTRUM_ID=(.*)$", text, re.M), re.findall(r"^INCHIKEY=([^-\n]*)", text, re.M)))


pairs, queries, library, column, threshold = sys.argv[1:6]
asked, known, best = keys(queries), keys(library), {}
for row in csv.DictReader(open(pairs), delimiter="\t", quoting=csv.QUOTE_NONE):
    query, reference, score = int(row["query_index"]), int(row["reference_index"]), float(row[column])
    if asked[query][0] != known[reference][0] and score > 0:
        answer = (score, asked[query][1] != known[reference][1])  # of equal scores the wrong one is the larger
        best[query] = max(best.get(query, answer), answer)
hits = [wrong for score, wrong in best.values() if score >= float(threshold)]
print(hits.count(False), len(hits))
