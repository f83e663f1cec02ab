#!/usr/bin/python3
"""Many registries at once, some of them bad: takes parts from a hub as they are announced.

registries.py N PORT SOCKET CORDON DROP UPDATE1 UPDATE2 HUB_PID
Registry i is 127.1.(i / 250).(i % 250 + 1), has key k<i>., and takes the zone s<i>.test.hub.example.
All take UPDATE1.  From then on 10 % read 1 kB/s, 10 % are dead, 5 % are byzantine: the rest must
take UPDATE2.  Prints what was seen as one JSON object."""
import asyncio, glob, json, os, shutil, socket, struct, subprocess, sys, time

from transfer import Transfer, request

N, PORT, SOCK, CORDON, DROP, HUB_PID = (int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4],
    sys.argv[5], int(sys.argv[8]))
UPDATES = sys.argv[6:8]
DEADLINE = 10.0  # s, from acceptance


def address(i):
    return f"127.1.{i // 250}.{i % 250 + 1}"


class Registry(asyncio.DatagramProtocol):
    def __init__(self, i):
        self.i, self.name, self.key = i, f"r{i}", f"k{i}."
        self.zone, self.serial, self.at, self.records = f"s{i}.test.hub.example.", None, {}, {}
        self.manner, self.busy, self.again = "good", False, False

    def connection_made(self, transport):
        self.udp = transport

    def datagram_received(self, m, peer):
        if self.manner in ("dead", "hoard", "garbage"):
            return
        reply = m[:2] + bytes([m[2] | 0x80]) + m[3:]
        if self.manner == "liar":  # an acknowledgement whose MAC is of another message
            self.udp.sendto(reply[:-20] + os.urandom(20), peer)
            return
        if self.busy:
            self.again = True
        else:
            self.busy = True
            asyncio.ensure_future(self.take())

    async def connect(self):
        s = socket.socket()
        s.setblocking(False)
        if self.manner == "slow":
            s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.bind((address(self.i), 0))
        await asyncio.get_running_loop().sock_connect(s, ("127.0.0.1", PORT))
        return s

    async def take(self):
        try:
            while True:
                self.again = False
                try:
                    await self.transfer(await self.connect())
                except (OSError, ConnectionError, asyncio.IncompleteReadError) as e:
                    self.error = str(e)
                if not self.again:
                    return
        finally:
            self.busy = False

    async def transfer(self, s):
        m = request(self.zone, self.key, self.serial)
        t = Transfer()
        loop = asyncio.get_running_loop()
        try:
            await loop.sock_sendall(s, struct.pack("!H", len(m)) + m)
            have = b""
            while t.serial is None:
                while len(have) < 2 or len(have) < 2 + struct.unpack("!H", have[:2])[0]:
                    more = await loop.sock_recv(s, 256 if self.manner == "slow" else 65536)
                    if not more:
                        raise ConnectionError("cut")
                    have += more
                    if self.manner == "slow":
                        await asyncio.sleep(0.25)
                size = 2 + struct.unpack("!H", have[:2])[0]
                t.add(have[2:size])
                have = have[size:]
                if t.n == 1 and not have and t.first == self.serial:
                    return
            self.serial = t.serial
            self.at[t.serial] = time.time()
            self.records[t.serial] = t.records
        finally:
            s.close()

    async def hoard(self):
        """Connections without end, none of which asks."""
        held = []
        while True:
            try:
                held.append(await self.connect())
                held = held[-64:]
            except OSError:
                pass
            await asyncio.sleep(0.02)

    async def garbage(self):
        while True:
            try:
                s = await self.connect()
                await asyncio.get_running_loop().sock_sendall(s, os.urandom(2000))
                self.udp.sendto(os.urandom(300), ("127.0.0.1", PORT))
                s.close()
            except OSError:
                pass
            await asyncio.sleep(0.05)


def drop(path):
    """Puts an update in, returns when it was accepted."""
    name = os.path.basename(path)
    shutil.copy(path, f"{DROP}/.{name}")
    os.rename(f"{DROP}/.{name}", f"{DROP}/{name}")
    return f"{DROP}/{name}.verdict"


async def accepted(verdict):
    while not os.path.exists(verdict):
        await asyncio.sleep(0.02)
    state = json.load(open(verdict))["state"]
    if state != "accepted":
        sys.exit(open(verdict).read())
    return os.stat(verdict).st_mtime


def pss_kb():
    kb, todo = 0, [HUB_PID]
    while todo:
        pid = todo.pop()
        try:
            kb += int(next(l for l in open(f"/proc/{pid}/smaps_rollup") if l.startswith("Pss:")).split()[1])
            for c in glob.glob(f"/proc/{pid}/task/*/children"):
                todo += map(int, open(c).read().split())
        except (OSError, StopIteration):
            pass
    return kb


async def watch(seen):
    while True:
        seen["pss_kb"] = max(seen.get("pss_kb", 0), pss_kb())
        await asyncio.sleep(0.2)


async def wait_all(who, serial, until):
    while time.time() < until and any(r.serial != serial for r in who):
        await asyncio.sleep(0.05)


def lacking():
    status = json.loads(subprocess.run([CORDON, "status", "--registries", "--json", "--socket", SOCK],
        capture_output=True, check=True).stdout)
    return {r["name"] for r in status["registries"] if r["lacks"]}


async def main():
    all_of, seen = [Registry(i) for i in range(N)], {"registries": N}
    loop = asyncio.get_running_loop()
    for r in all_of:
        await loop.create_datagram_endpoint(lambda r=r: r, local_addr=(address(r.i), 5300))
    watching = asyncio.ensure_future(watch(seen))
    begin = await accepted(drop(UPDATES[0]))
    await wait_all(all_of, 1, begin + 60)
    seen["first_held"] = sum(r.serial == 1 for r in all_of)
    seen["first_s"] = round(max(r.at.get(1, 0) for r in all_of) - begin, 2)
    tasks = []
    for r in all_of:
        r.manner = {0: "slow", 10: "slow", 5: "dead", 15: "dead",
            2: ("liar", "hoard", "garbage")[r.i // 20 % 3]}.get(r.i % 20, "good")
        if r.manner in ("hoard", "garbage"):
            tasks.append(asyncio.ensure_future(getattr(r, r.manner)()))
    good = [r for r in all_of if r.manner == "good"]
    await asyncio.sleep(1)
    submitted = time.time()
    begin = await accepted(drop(UPDATES[1]))
    seen["taken_in_s"] = round(begin - submitted, 2)
    await wait_all(good, 2, begin + DEADLINE)
    seen["good"], seen["good_held"] = len(good), sum(r.serial == 2 for r in good)
    seen["good_s"] = round(max(r.at.get(2, 0) for r in good) - begin, 2)
    seen["records"] = sum(r.records.get(2, 0) for r in good)
    # Who has it and who is said to have it: looked at twice, so that nobody moved in between.
    for _ in range(20):
        before = {r.name for r in all_of if r.serial != 2}
        said = await loop.run_in_executor(None, lacking)
        if before == {r.name for r in all_of if r.serial != 2} and said == before:
            break
        await asyncio.sleep(0.5)
    seen["lack"], seen["said"] = len(before), len(said)
    seen["wrongly_named"], seen["not_named"] = sorted(said - before)[:9], sorted(before - said)[:9]
    seen["slow_left"] = sum(r.serial != 2 for r in all_of if r.manner == "slow")
    seen["bad"] = sum(r.manner not in ("good", "slow") for r in all_of)
    seen["pss_mb"] = seen.pop("pss_kb") // 1024
    print(json.dumps(seen))


asyncio.run(main())
