import shutil
from pathlib import Path

import font_source_serif_pro
import pytest

from contributors.papers import fonts
from contributors.papers.fonts import VIETNAMESE, FontsError, load_faces
from contributors.papers.layout.page import A4_PORTRAIT, PaperFile
from tests.payments.papers.samples import opened, pages_of

PACKAGE = Path(font_source_serif_pro.font_directory)


def a_folder(folder: Path, **files: str) -> Path:
    for name, source in files.items():
        shutil.copy(PACKAGE / f"SourceSerifPro-{source}.ttf", folder / f"{name.replace('_', '-')}.ttf")
    return folder


def drawn(text: str, faces: fonts.Faces) -> bytes:
    file = PaperFile(size=A4_PORTRAIT, faces=faces, title="", author="", dated=None)
    page = file.page()
    for place, face in enumerate((faces.regular, faces.bold, faces.italic, faces.bold_italic)):
        page.text(50, 100 + 20 * place, face.font.set(text), face, 12)
    file.add(page)
    return file.data()


def embedded(pdf: bytes) -> list[str]:
    resources = opened(pdf).pages[0]["/Resources"]
    return sorted(font.get_object()["/BaseFont"] for font in resources["/Font"].values())


def test_faces_are_made_once_per_process() -> None:
    assert load_faces() is load_faces("")
    assert load_faces().regular.font is load_faces().italic.font


def test_package_italics_lack_letters_so_the_upright_is_slanted() -> None:
    faces = load_faces()

    assert 0.15 < faces.italic.slant < 0.25
    assert faces.italic.slant == faces.bold_italic.slant
    assert faces.regular.slant == faces.bold.slant == 0


@pytest.mark.parametrize("sign", ["–", "₫", "×", "•", "½", "²", "≤", "…", "(", ")", "\\", "ñ", "Ж", "№"])
def test_sign_reads_back_from_every_face(sign: str) -> None:
    pages = pages_of(drawn(f"a{sign}b", load_faces()))

    assert pages == ["\n".join([f"a{sign}b"] * 4)]


def test_every_vietnamese_letter_reads_back_from_every_face() -> None:
    for start in range(0, 134, 40):
        letters = VIETNAMESE[start : start + 40]
        assert pages_of(drawn(letters, load_faces())) == ["\n".join([letters] * 4)]


def test_two_faces_are_two_embedded_fonts_and_no_other_one() -> None:
    names = embedded(drawn("Ấp", load_faces()))

    assert [name.partition("+")[2] for name in names] == ["SourceSerifPro-Bold", "SourceSerifPro-Regular"]


def test_faces_with_one_postscript_name_do_not_alias(tmp_path: Path) -> None:
    """A bold that claims to be the regular: reportlab would draw both with the first one's outlines."""
    folder = a_folder(tmp_path, LiberationSerif_Regular="Regular", LiberationSerif_Bold="Bold")
    bold = folder / "LiberationSerif-Bold.ttf"
    renamed = bold.read_bytes()
    for encoding in ("utf-16-be", "latin-1"):
        old, new = (name.encode(encoding) for name in ("SourceSerifPro-Bold", "SourceSerifPro-Regu"))
        renamed = renamed.replace(old, new)
    bold.write_bytes(renamed)
    regular = folder / "LiberationSerif-Regular.ttf"
    outlines = regular.read_bytes()
    for encoding in ("utf-16-be", "latin-1"):
        old, new = (name.encode(encoding) for name in ("SourceSerifPro-Regular", "SourceSerifPro-Regu\0\0\0"))
        outlines = outlines.replace(old, new)
    regular.write_bytes(outlines)
    faces = load_faces(folder)
    named = {faces.regular.font.face.name.rstrip(b"\0"), faces.bold.font.face.name.rstrip(b"\0")}

    assert named == {b"SourceSerifPro-Regu"}
    assert len({name.partition("+")[0] for name in embedded(drawn("Ấp", faces))}) == 2
    assert faces.regular.font.set("m").width != faces.bold.font.set("m").width


def test_folder_with_complete_italics_uses_them(tmp_path: Path) -> None:
    folder = a_folder(
        tmp_path,
        LiberationSerif_Regular="Regular",
        LiberationSerif_Bold="Bold",
        LiberationSerif_Italic="Semibold",
        LiberationSerif_BoldItalic="It",
    )
    faces = load_faces(folder)

    assert faces.italic.slant == 0
    assert faces.italic.font is not faces.regular.font
    assert faces.bold_italic.font is faces.bold.font
    assert faces.bold_italic.slant > 0


def test_folder_of_times_new_roman_is_found_whatever_its_case(tmp_path: Path) -> None:
    faces = load_faces(a_folder(tmp_path, TIMES="Regular", TimesBD="Bold"))

    assert faces.regular.font.fontName.startswith("TIMES.")


def test_folder_whose_face_lacks_letters_is_refused(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, LiberationSerif_Regular="It", LiberationSerif_Bold="Bold")

    with pytest.raises(FontsError, match=r"LiberationSerif-Regular\.ttf lacks 98 letters"):
        load_faces(folder)


def test_folder_without_faces_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FontsError, match="no regular and bold"):
        load_faces(a_folder(tmp_path, LiberationSerif_Regular="Regular"))


def test_file_that_is_no_font_is_refused(tmp_path: Path) -> None:
    for name in ("times", "timesbd"):
        (tmp_path / f"{name}.ttf").write_bytes(b"not a font")

    with pytest.raises(FontsError, match=r"times\.ttf"):
        load_faces(tmp_path)


def test_stamp_changes_with_the_fonts(tmp_path: Path) -> None:
    folder = a_folder(tmp_path, times="Semibold", timesbd="Bold")

    assert load_faces(folder).stamp != load_faces().stamp


def test_width_is_the_sum_of_the_advances() -> None:
    font = load_faces().regular.font
    for text in ("Nguyễn", "1.265.000", "ñ và Ж"):
        setting = font.set(text)
        assert setting.width == sum(font.advances(setting))
        assert font.text(setting) == text


def test_static_encoding_holds_a_vietnamese_paper_and_no_line_end() -> None:
    setting = load_faces().regular.font.set(VIETNAMESE + "".join(map(chr, range(32, 127))) + "–“”×₫…")

    assert setting.codes is not None
    assert len(set(setting.codes)) == 134 + 95 + 6
    assert set(setting.codes).isdisjoint(b"\r\n\0")
