# Runs a throw-away server: guard.sh DIRECTORY SERVER ARGUMENTS...
#
# Standard input is a pipe whose other end only the owner holds. When the owner is done, or dies in whatever way,
# the kernel closes it: then the server is stopped and the directory removed. Nothing else ends this script.
trap '' INT TERM HUP
directory=$1
shift
exec 3<&0 </dev/null

"$@" 3<&- >>"$directory/log" 2>&1 &
server=$!

(
    read -r _ <&3
    # Immediate shutdown: nobody wants the data any more.
    kill -QUIT "$server" 2>/dev/null
    tries=0
    while kill -0 "$server" 2>/dev/null; do
        if [ "$tries" -ge 100 ]; then
            kill -KILL "$server" 2>/dev/null
        fi
        tries=$((tries + 1))
        sleep 0.1
    done
) &

# wait also takes the dead server off the process table, so that kill -0 above tells the truth.
wait "$server"
echo "$?" >"$directory/exited"

# A server that ended by itself leaves its log until the owner has read it.
read -r _ <&3
cd /
rm -rf "$directory" || {
    # After a KILL the last backends may have written once more.
    sleep 1
    rm -rf "$directory"
}
