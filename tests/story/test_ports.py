# SPDX-License-Identifier: Apache-2.0
"""The ports that the stories take are a run's own."""

import os
import socket
import subprocess
import sys

import pytest

import ports


def test_a_port_is_nobodys_and_comes_once_a_round():
    taken = [ports.take(with_bus=True) for _ in range(20)]
    assert len(set(taken)) == len(taken)
    for port in taken:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((ports.HOST, port), 60)


def test_what_is_in_use_is_passed_over():
    with ports.listener() as s:
        port = s.getsockname()[1]
        assert not ports.is_free(port)
        # Once round the block.
        assert port not in [ports.take() for _ in range(ports.BLOCK - 1)]
    with socket.socket(type=socket.SOCK_DGRAM) as s:
        s.bind((ports.HOST, port))
        assert not ports.is_free(port)
    assert ports.is_free(port)


def test_two_runs_have_a_block_each():
    ours = ports.take() // ports.BLOCK
    other = subprocess.run([sys.executable, "-c", "import ports\n"
                            "print(ports.take())"], capture_output=True,
                           check=True, timeout=120,
                           cwd=os.path.dirname(ports.__file__))
    assert int(other.stdout) // ports.BLOCK != ours


@pytest.mark.parametrize("low, high, first", [
    (32768, 60999, 12000),
    # No room for a bus: a block outside all the same.
    (16000, 65535, 12000),
    (10000, 30000, 32000),
    (1024, 65535, 12000)])
def test_blocks_lie_outside_of_what_the_system_picks_from(low, high, first):
    found = ports.blocks(low, high)
    assert found[0] == first
    assert len(found) > 100
