#!/bin/sh
# Answers the lines of one partition: lines in, results out, in the order in which they are finished. Fails, so that Spark tries the
# partition again, unless every line has a result that this host could give.
#
#     RUMMA=/path/of/rumma pipe.sh MODEL [options of rumma decode]
model=$1
shift
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
tee "$directory/lines" |
    "${RUMMA:-rumma}" decode "$model" --jobs - --quiet "$@" |
    tee "$directory/results"
# The exit code of rumma is no measure, because it is 1 as well if a line is wrong.
lines=$(grep -c '[^[:space:]]' "$directory/lines")
results=$(wc -l < "$directory/results")
if [ "$lines" -ne "$results" ]; then
    echo "pipe.sh: $lines lines, but $results results" >&2
    exit 1
fi
if grep -q '"type":"server_error"' "$directory/results"; then
    echo "pipe.sh: this host cannot answer a line that another may answer" >&2
    exit 1
fi
