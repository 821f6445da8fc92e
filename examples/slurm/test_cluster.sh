#!/bin/bash
# Runs array.sbatch on three nodes on this machine, requeues one task in the middle, and compares with one process. As root, with
# slurm-wlm and munge installed; it starts their daemons itself, in a directory of its own, and ends them.
#
#     RUMMA=/path/of/rumma test_cluster.sh MODEL IN.jsonl [options of rumma decode]
#
# The run must be long enough to be interrupted: some seconds. `--isa scalar` makes it slower without changing a result.
set -u
here=$(cd "$(dirname "$0")" && pwd)
model=$1 input=$(realpath "$2")
shift 2
rumma=$(realpath "$(command -v "${RUMMA:-rumma}")")
directory=$(mktemp -d)
cd "$directory" || exit 1
chmod 755 .
mkdir state munge
pids=()
trap 'kill "${pids[@]}" 2>/dev/null; wait' EXIT

"$rumma" decode "$model" --jobs "$input" --out reference.jsonl --quiet "$@"

export MUNGE_SOCKET=$directory/munge/socket
dd if=/dev/urandom of=munge/key bs=1024 count=1 2>/dev/null
chmod 700 munge
chmod 400 munge/key
chmod 711 munge
munged --foreground --force --socket="$MUNGE_SOCKET" --key-file="$PWD/munge/key" --pid-file="$PWD/munge/pid" \
    --log-file="$PWD/munge/log" --seed-file="$PWD/munge/seed" 2>munge/messages &
pids+=($!)
cat > slurm.conf <<END
ClusterName=rumma
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=16817
SlurmUser=root
AuthType=auth/munge
# A requeued task may start again after this time.
AuthInfo=socket=$MUNGE_SOCKET,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SlurmdParameters=config_overrides
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
StateSaveLocation=$directory/state
SlurmdSpoolDir=$directory/spool-%n
SlurmctldPidFile=$directory/slurmctld.pid
SlurmdPidFile=$directory/slurmd-%n.pid
SlurmctldLogFile=$directory/slurmctld.log
SlurmdLogFile=$directory/slurmd-%n.log
NodeName=n[1-3] NodeHostname=$(hostname -s) NodeAddr=127.0.0.1 Port=[17001-17003] CPUs=1 RealMemory=2000
PartitionName=main Nodes=ALL Default=YES State=UP
END
export SLURM_CONF=$directory/slurm.conf
slurmctld -D -f slurm.conf >/dev/null 2>&1 &
pids+=($!)
for node in n1 n2 n3; do
    slurmd -D -f slurm.conf -N $node >/dev/null 2>&1 &
    pids+=($!)
done
until [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; do sleep 1; done
sinfo

lines_of() { cat "results-$1.jsonl" 2>/dev/null | wc -l; }
cp "$here/array.sbatch" .
job=$(RUMMA=$rumma sbatch --parsable --array=0-2 array.sbatch "$model" "$input" "$directory" "$@")
until [ "$(lines_of 1)" -ge 5 ]; do sleep 0.1; done
squeue
scontrol requeue "${job}_1" && echo "task 1 requeued after $(lines_of 1) results"
while [ -n "$(squeue --noheader)" ]; do sleep 1; done
grep -hE "^Jobs (finished|interrupted)" rumma-*.log
python3 "$here/../check.py" "$input" results-*.jsonl --equal reference.jsonl
