from hypothesis import given
from hypothesis import strategies as st

from contributors.papers.layout.flow import Block, Placed, paginate
from contributors.papers.layout.page import Page

TOP, BOTTOM = 10.0, 110.0


def draw_nothing(_page: Page, _top: float) -> None:
    pass


HEADER = Block(8, draw_nothing)
BLOCKS = st.lists(
    st.builds(Block, st.floats(1, 90), st.just(draw_nothing), keep=st.booleans(), row=st.booleans()), max_size=40
)


def a_block(height: float, **flags: bool) -> Block:
    return Block(height, draw_nothing, **flags)


def broken(blocks: list[Block], **changed: float) -> list[list[Placed]]:
    return paginate(blocks, top=TOP, bottom=BOTTOM, header=HEADER, **changed)


@given(BLOCKS)
def test_every_block_stands_once_in_order_within_its_page(blocks: list[Block]) -> None:
    pages = broken(blocks)

    assert [one.block for page in pages for one in page if one.block is not HEADER] == blocks
    for page in pages:
        y = TOP
        for one in page:
            assert one.top >= y - 1e-6
            y = one.top + one.block.height
        assert y <= BOTTOM + 1e-6


@given(BLOCKS)
def test_header_stands_before_rows_and_nowhere_else(blocks: list[Block]) -> None:
    for page in broken(blocks):
        rows = [None if one.block is HEADER else one.block.row for one in page]
        for before, here in zip([False, *rows], rows, strict=False):
            assert (here is True) <= (before is not False)
            assert (here is None) <= (before is False)


@given(BLOCKS)
def test_kept_blocks_share_a_page_if_any_page_could_hold_them(blocks: list[Block]) -> None:
    page_of = {id(one.block): number for number, page in enumerate(broken(blocks)) for one in page}
    group: list[Block] = []
    for block in blocks:
        group.append(block)
        if block.keep:
            continue
        headers = sum(
            row and not before
            for before, row in zip([False, *[b.row for b in group]], [b.row for b in group], strict=False)
        )
        if sum(b.height for b in group) + headers * HEADER.height <= BOTTOM - TOP - 1e-6:
            assert len({page_of[id(b)] for b in group}) == 1
        group = []


def test_group_that_no_page_holds_is_parted() -> None:
    pages = broken([a_block(40, keep=True), a_block(40, keep=True), a_block(40)])

    assert [len(page) for page in pages] == [2, 1]


def test_block_higher_than_a_page_stands_alone() -> None:
    pages = broken([a_block(20), a_block(150), a_block(20)])

    assert [[one.block.height for one in page] for page in pages] == [[20], [150], [20]]


def test_foot_stands_at_the_lower_edge() -> None:
    pages = broken([a_block(20, keep=True), a_block(15, foot=True)])

    assert [one.top for one in pages[0]] == [TOP, BOTTOM - 15]


def test_table_that_fills_the_first_page_goes_on_without_a_new_header() -> None:
    pages = broken([a_block(20, row=True), a_block(20, row=True)], below=80.0)

    assert [[one.block.height for one in page] for page in pages] == [[20], [8, 20]]
    assert pages[0][0].top == 80
