# Keeps a server running until its owner is gone: guard.sh DIRECTORY SERVER ARGUMENTS...
#
# Standard input is a pipe whose other end only the owner holds; when it dies in whatever way, the kernel closes it. Until
# then a server that ends is started again, as a service manager does, unless the file `down` is there. The file `limit`
# holds the size that no file may exceed, in blocks of 512 bytes.
trap '' INT TERM HUP
directory=$1
shift
exec 3<&0 </dev/null

(
    read -r _ <&3
    touch "$directory/ending"
    while [ ! -e "$directory/ended" ]; do
        kill -QUIT "$(head -n 1 "$directory/data/postmaster.pid")"
        sleep 0.1
    done
) 2>/dev/null &

while [ ! -e "$directory/ending" ]; do
    if [ -e "$directory/down" ]; then
        touch "$directory/is_down"
        sleep 0.02
        continue
    fi
    rm -f "$directory/is_down"
    (
        if [ -e "$directory/limit" ]; then
            ulimit -f "$(cat "$directory/limit")"
        fi
        exec "$@" 3<&- >>"$directory/log" 2>&1
    )
done
touch "$directory/ended"
wait
cd /
rm -rf "$directory"
