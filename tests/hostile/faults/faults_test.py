"""The faults a proxy meets, as one table. Each row is run here (Class.test) or names the suite that covers it
(path: words that stand in that file); the last line says how many there are of the 40. TELLTALE_LONG=1 runs the long
forms: 200 lives instead of 20, 30 s of standstill instead of 2."""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from life import BINARY, SOURCE, Life  # noqa: E402
from peers import Peers  # noqa: E402

ROWS = {
    "F-1 kill -9 under load": Life.test_kill_9_under_load_loses_no_record_of_an_answer_that_ended,
    "F-3 disk full": Life.test_a_full_disk_is_said_and_may_block,
    "F-6 captures moved or truncated under us": Life.test_captures_follow_a_rotation_by_rename_and_by_truncation,
    "F-7 a capture cut by a crash": Life.test_a_line_that_a_crash_cut_does_not_spoil_the_next,
    "F-8 allocation failure while judging": ("tests/unit/net/exchange_test.cpp", "[no memory]"),
    "F-12 SIGTERM": Life.test_sigterm_lets_answers_end_and_ends_with_0,
    "F-12 SIGTERM, kept connection": Life.test_a_client_is_told_to_go_elsewhere_while_draining,
    "F-13 second SIGTERM": Life.test_a_second_sigterm_ends_at_once_and_a_sighup_does_not,
    "F-14 SIGHUP, broken configuration": Life.test_a_broken_configuration_changes_nothing_and_is_named_with_its_line,
    "F-14 SIGHUP, broken rules": Life.test_a_rule_pack_that_fails_leaves_the_old_one,
    "F-15 SIGHUP, another CA": ("tests/hostile/tls/rotation_test.py", "SIGHUP"),
    "F-16 stopped and continued": Life.test_stopped_and_continued,
    "F-18 clock set forward and back": ("tests/unit/certs/leaf_cache_test.cpp", "a clock set forward or back"),
    "F-21 upstream refuses": Peers.test_refuses,
    "F-22 upstream resets after the request": Peers.test_resets_after_the_request,
    "F-22 upstream resets after the head": Peers.test_resets_after_the_head,
    "F-23 upstream resets in a chunk": Peers.test_resets_in_a_chunk,
    "F-24 upstream half closes": Peers.test_half_closes_and_answers_short,
    "F-25 upstream is silent": ("tests/unit/net/upstream_test.cpp", "upstream_timeout"),
    "F-26 upstream sends byte by byte": Peers.test_sends_byte_by_byte,
    "F-27 upstream says more than its length": Peers.test_says_more_than_its_length,
    "F-28 upstream closed the kept connection": ("tests/unit/net/exchange_test.cpp", "a pooled connection turns out closed"),
    "F-36 log target blocked": ("tests/hostile/faults/logs_test.py", "blocked_reader_stalls_neither"),
    "F-39 two instances on one port": Life.test_a_second_instance_on_one_port_is_refused,
}
ALSO = (Life.test_a_service_manager_hears_ready_reloading_watchdog_and_stopping,)


class Faults(unittest.TestCase):
    def test_what_another_suite_covers_is_there(self):
        for name, row in ROWS.items():
            if isinstance(row, tuple):
                with self.subTest(name):
                    self.assertIn(row[1], (SOURCE / row[0]).read_text(), "no such test in " + row[0])

    def test_every_test_is_a_row(self):
        rows = {row.__name__ for row in (*ROWS.values(), *ALSO) if not isinstance(row, tuple)}
        tests = {name for case in (Life, Peers) for name in dir(case) if name.startswith("test_")}
        self.assertEqual(rows, tests)


def load_tests(loader, _, __):
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(Faults))
    for case in (Life, Peers):
        suite.addTests(case(name) for name in loader.getTestCaseNames(case) if name in vars(case))
    return suite


if __name__ == "__main__":
    if not BINARY:
        print("skipped: TELLTALE does not name the binary")
        sys.exit(77)
    program = unittest.main(exit=False, warnings="ignore")
    failed = len(program.result.failures) + len(program.result.errors)
    if not failed:
        print(f"faults: {len({name.split()[0] for name in ROWS})} of 40")
    sys.exit(1 if failed else 0)
