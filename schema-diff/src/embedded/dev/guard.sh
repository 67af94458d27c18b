# Runs a workspace's server: guard.sh DIRECTORY NAME INTERVAL ROUNDS SERVER ARGUMENTS...
#
# It outlives whoever started it and ends the server when nobody has been connected for ROUNDS times INTERVAL seconds.
trap '' INT TERM HUP
directory=$1
name=$2
interval=$3
rounds=$4
shift 4

"$@" </dev/null >"$directory/log" 2>&1 &
server=$!

# Client sessions show as "postgres: NAME: user database [local] state". /proc where there is one: small images have
# no ps.
sessions() {
    if [ -r /proc/self/cmdline ]; then
        cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n'
    else
        ps -A -ww -o args=
    fi | grep -c "^postgres: $name: .*\[local\]"
}

in_use() {
    # Made by each process that has been given the server's address.
    if [ -e "$directory/used" ]; then
        rm -f "$directory/used"
        return 0
    fi
    # Anything but a zero, an error too, counts as use.
    [ "$(sessions)" != 0 ]
}

(
    idle=0
    while sleep "$interval" && kill -0 "$server" 2>/dev/null; do
        if in_use; then
            idle=0
            continue
        fi
        idle=$((idle + 1))
        if [ "$idle" -lt "$rounds" ]; then
            continue
        fi
        # First say it, then look again: who comes now makes "used" first and then looks for "stopping", so that
        # one of both sees the other.
        : >"$directory/stopping"
        if in_use; then
            rm -f "$directory/stopping"
            idle=0
            continue
        fi
        kill -INT "$server" 2>/dev/null
        break
    done
) &

wait "$server"
