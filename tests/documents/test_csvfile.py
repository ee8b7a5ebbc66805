from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.csvfile import Delimiter
from documents.layout import CellKind
from documents.values import storable
from tests.documents.poison import FORMULAS, ODD, STORABLE, UNSTORABLE
from tests.documents.sheets import as_csv, layout, parsed
from tests.profiles import examples

TEXT = layout(CellKind.TEXT)


def cell(value, kind=CellKind.TEXT):
    [_header, [found]] = parsed(as_csv(layout(kind), [(value,)]))
    return found


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_text_that_begins_like_a_formula_gets_an_apostrophe(first):
    assert cell(f"{first}1+1") == f"'{first}1+1"


@pytest.mark.parametrize("kind", list(CellKind))
def test_formula_like_text_is_literal_in_every_kind_of_column(kind):
    shown = [row[0] for row in parsed(as_csv(layout(kind), [(each,) for each in FORMULAS]))[1:]]
    assert [each.removeprefix("'") for each in shown] == [each.removeprefix("'") for each in FORMULAS]
    assert not [each for each in shown if each[:1] in "=+-@\t\r\n＝"]


def test_negative_numbers_stay_numbers():
    assert cell(-5, CellKind.INTEGER) == "-5"
    assert cell(-4_500_000, CellKind.RUPIAH) == "-4500000"
    assert cell(Decimal("-0.5"), CellKind.PERCENT) == "-0.5"


def test_a_negative_number_in_a_text_column_is_text():
    assert cell(-5) == "'-5"


def test_dates_instants_and_truth_values_have_one_form():
    instant = datetime(2025, 12, 31, 17, 30, tzinfo=UTC)
    assert cell(date(2023, 11, 17), CellKind.DATE) == "2023-11-17"
    assert cell(instant, CellKind.DATETIME) == "2026-01-01T00:30:00+07:00"
    assert cell(instant, CellKind.DATE) == "2026-01-01"
    assert (cell(True), cell(False), cell(None)) == ("true", "false", "")


def test_file_is_rfc_4180_with_bom_and_crlf():
    content = as_csv(layout(CellKind.TEXT, CellKind.TEXT), [('kata "dikutip"', "baris\r\nbaris"), ("a,b", "biasa")])
    assert content == b'\xef\xbb\xbfK1,K2\r\n"kata ""dikutip""","baris\r\nbaris"\r\n"a,b",biasa\r\n'


def test_semicolon_is_the_delimiter_on_request():
    content = as_csv(layout(CellKind.TEXT, CellKind.INTEGER), [("a;b", 5)], Delimiter.SEMICOLON)
    assert content.decode("utf-8-sig") == 'K1;K2\r\n"a;b";5\r\n'


def test_both_delimiters_are_quoted_so_that_no_program_splits_a_field_at_the_other():
    assert '"a;=1+1"' in as_csv(TEXT, [("a;=1+1",)]).decode()
    assert '"a,=1+1"' in as_csv(TEXT, [("a,=1+1",)], Delimiter.SEMICOLON).decode()


@pytest.mark.parametrize("delimiter", list(Delimiter))
@pytest.mark.parametrize("kind", list(CellKind))
def test_no_value_makes_an_export_fail(kind, delimiter):
    values = [*ODD, *FORMULAS, *STORABLE, *UNSTORABLE]
    content = as_csv(layout(kind), [(each,) for each in values], delimiter)
    assert len(parsed(content, delimiter.value)) == len(values) + 1


@pytest.mark.parametrize(("text", "kept"), UNSTORABLE.items(), ids=ascii)
def test_unstorable_characters_become_the_replacement_character_as_in_a_workbook(text, kept):
    assert cell(text) == kept


def test_an_empty_list_has_its_header():
    assert parsed(as_csv(TEXT, [])) == [["K1"]]


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30)), max_size=20), st.sampled_from(Delimiter))
def test_any_text_comes_back_but_for_the_apostrophe(rows, delimiter):
    content = as_csv(layout(CellKind.TEXT, CellKind.TEXT), rows, delimiter)
    back = [[each[1:] if each[:1] == "'" else each for each in row] for row in parsed(content, delimiter.value)[1:]]
    assert back == [[storable(t)[1:] if storable(t)[:1] == "'" else storable(t) for t in row] for row in rows]
