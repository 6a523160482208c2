"""The faults a proxy meets, as one table. Each row is run here (Class.test) or names the suite that covers it
(path: words that stand in that file); the last line says how many there are of the 40. TELLTALE_LONG=1 runs the long
forms: 200 lives instead of 20, 50 power cuts instead of 4, 30 s of standstill instead of 2."""
import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from disk import Disk  # noqa: E402
from life import BINARY, SOURCE, Life  # noqa: E402
from machine import Machine  # noqa: E402
from peers import Peers  # noqa: E402

ROWS = {
    "F-1 kill -9 under load": Life.test_kill_9_under_load_loses_no_record_of_an_answer_that_ended,
    "F-2 power cut": Disk.test_a_power_cut_loses_no_record_with_full_sync,
    "F-2 power cut, control": Disk.test_a_power_cut_is_seen_by_this_test,
    "F-3 disk full": Life.test_a_full_disk_is_said_and_may_block,
    "F-3, F-4 writes that fail, ENOSPC and EIO": Disk.test_every_third_write_fails,
    "F-4 EIO at the sync": Disk.test_what_cannot_be_synced_is_lost_and_said,
    "F-5 disk becomes read-only": Disk.test_a_disk_that_becomes_read_only,
    "F-5 disk is read-only": Disk.test_a_disk_that_is_read_only_at_the_start,
    "F-6 captures moved or truncated under us": Life.test_captures_follow_a_rotation_by_rename_and_by_truncation,
    "F-7 a capture cut by a crash": Life.test_a_line_that_a_crash_cut_does_not_spoil_the_next,
    "F-8 allocation failure while judging": ("tests/unit/net/exchange_test.cpp", "[no memory]"),
    "F-9 the client of run is killed": Machine.test_the_client_of_run_is_killed,
    "F-10 no descriptor": ("tests/hostile/load/load_test.py", "test_no_descriptor_is_left"),
    "F-10 no descriptor for an upstream": ("tests/hostile/load/load_test.py", "test_no_descriptor_is_left_for_the_upstream"),
    "F-11 no thread": Machine.test_no_thread_for_a_name,
    "F-12 SIGTERM": Life.test_sigterm_lets_answers_end_and_ends_with_0,
    "F-12 SIGTERM, kept connection": Life.test_a_client_is_told_to_go_elsewhere_while_draining,
    "F-13 second SIGTERM": Life.test_a_second_sigterm_ends_at_once_and_a_sighup_does_not,
    "F-14 SIGHUP, broken configuration": Life.test_a_broken_configuration_changes_nothing_and_is_named_with_its_line,
    "F-14 SIGHUP, broken rules": Life.test_a_rule_pack_that_fails_leaves_the_old_one,
    "F-15 SIGHUP, another CA": ("tests/hostile/tls/rotation_test.py", "SIGHUP"),
    "F-16 stopped and continued": Life.test_stopped_and_continued,
    "F-18 clock set forward and back": ("tests/unit/certs/leaf_cache_test.cpp", "a clock set forward or back"),
    "F-18 clock jumps by hours": Machine.test_the_clock_jumps_while_running,
    "F-18 clock wrong by years": Machine.test_a_clock_that_is_wrong_by_years_is_named_and_leaves_nothing_behind,
    "F-18 clock and deadlines": Machine.test_deadlines_do_not_hear_of_the_clock,
    "F-19 zones, summer time, leap second": Machine.test_zones_and_their_changes_are_nothing_to_records,
    "F-20 host renamed": Machine.test_the_host_is_renamed,
    "F-21 upstream refuses": Peers.test_refuses,
    "F-22 upstream resets after the request": Peers.test_resets_after_the_request,
    "F-22 upstream resets after the head": Peers.test_resets_after_the_head,
    "F-23 upstream resets in a chunk": Peers.test_resets_in_a_chunk,
    "F-22, F-23, F-24 answers cut off at every moment": Peers.test_an_answer_that_ends_at_any_moment_is_no_whole_one,
    "F-24 upstream half closes": Peers.test_half_closes_and_answers_short,
    "F-25 upstream is silent": ("tests/unit/net/upstream_test.cpp", "upstream_timeout"),
    "F-26 upstream sends byte by byte": Peers.test_sends_byte_by_byte,
    "F-27 upstream says more than its length": Peers.test_says_more_than_its_length,
    "F-28 upstream closed the kept connection": ("tests/unit/net/exchange_test.cpp", "a pooled connection turns out closed"),
    "F-36 log target blocked": ("tests/hostile/faults/logs_test.py", "blocked_reader_stalls_neither"),
    "F-29 parent proxy down": Machine.test_a_parent_proxy_is_asked_nothing,
    "F-30 names unknown, late or many": Machine.test_names_that_nobody_knows_or_late,
    "F-31 an address that is silent": ("tests/unit/net/connect_race_test.cpp", "behind an address that does not answer"),
    "F-32 client vanishes": ("tests/hostile/load/load_test.py", "test_a_client_that_goes_cancels_its_upstream"),
    "F-33 storm of resets": Machine.test_a_storm_of_resets,
    "F-34, F-35 segments of one byte, records too": Peers.test_byte_by_byte_on_both_legs,
    "F-36 logs that nobody reads": Machine.test_logs_that_nobody_reads,
    "F-37 a follower of findings that stops reading": ("tests/unit/net/admin_test.cpp", "hear of what was left out"),
    "F-38 huge rule file, costly pattern": Machine.test_a_huge_rule_file_and_a_costly_pattern,
    "F-39 two instances on one port": Life.test_a_second_instance_on_one_port_is_refused,
    "F-39 two instances on one file": Disk.test_two_instances_on_one_file,
    "F-40 a file at its bound": Disk.test_a_file_at_its_bound_does_not_end_the_proxy,
    "L-9 a disk that stalls": Disk.test_a_disk_that_stalls_does_not_stall_traffic,
}
ALSO = (Life.test_a_service_manager_hears_ready_reloading_watchdog_and_stopping,
        Life.test_a_small_bound_of_a_folder_keeps_what_was_captured_before)


class Faults(unittest.TestCase):
    def test_what_another_suite_covers_is_there(self):
        for name, row in ROWS.items():
            if isinstance(row, tuple):
                with self.subTest(name):
                    self.assertIn(row[1], (SOURCE / row[0]).read_text(), "no such test in " + row[0])

    def test_every_test_is_a_row(self):
        rows = {row.__name__ for row in (*ROWS.values(), *ALSO) if not isinstance(row, tuple)}
        tests = {name for case in (Life, Peers, Disk, Machine) for name in dir(case) if name.startswith("test_")}
        self.assertEqual(rows, tests)


def load_tests(loader, _, __):
    suite = unittest.TestSuite(loader.loadTestsFromTestCase(Faults))
    for case in (Life, Peers, Disk, Machine):
        suite.addTests(case(name) for name in loader.getTestCaseNames(case) if name in vars(case))
    return suite


if __name__ == "__main__":
    if not BINARY:
        print("skipped: TELLTALE does not name the binary")
        sys.exit(77)
    program = unittest.main(exit=False, warnings="ignore")
    failed = len(program.result.failures) + len(program.result.errors)
    if not failed:
        faults = set(re.findall(r"F-\d+", " ".join(ROWS)))
        print(f"faults: {len(faults)} of 40")
    sys.exit(1 if failed else 0)
