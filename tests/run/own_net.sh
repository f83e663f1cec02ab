# own_net.sh: sourced before lib.sh, it starts the test once more in a network namespace of its own, with
# lo up, so that no port is taken by another test.  Without root the test goes on where it is.
[ "${IN_NS-}" ] || [ "$(id -u)" != 0 ] || exec unshare -n env IN_NS=1 "$0" "$@"
[ -z "${IN_NS-}" ] || ip link set lo up
