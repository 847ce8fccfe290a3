"""A report as one HTML file that opens anywhere, or as Markdown with pictures beside it."""

from __future__ import annotations

import html
import json
from base64 import b64encode
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from branca.element import Element, Figure

from mobility.errors import InputError
from mobility.present.language import ENGLISH, say, spoken
from mobility.present.tables import cells, markdown
from mobility.present.web.map import page_of
from mobility.present.web.page import Raw, plain, script_json, stable

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from mobility.present.report import Report, Section, Table

_URL = "%:/?#[]@!$&'()*+,;=~"  # what an address may hold as it is
_RECORD = '<script type="application/json" id="mobility-record">'
_CSS = """
html,body{height:auto}body.mob-brief{font:15px/1.5 system-ui,sans-serif;color:var(--mob-ink)}
body.mob-brief{background:var(--mob-paper)}
.mob-brief main{max-width:1000px;margin:0 auto;padding:16px}.mob-brief h1{font-size:26px;line-height:1.2}
.mob-brief h2{font-size:19px;margin:28px 0 6px;border-top:1px solid var(--mob-rule);padding-top:14px}
.mob-brief nav a{margin-right:12px;white-space:nowrap}.mob-brief a{color:var(--mob-link)}
.mob-brief figure{margin:12px 0;overflow-x:auto}.mob-brief figcaption{font-weight:600;margin-bottom:4px}
.mob-brief table{border-collapse:collapse;font-size:13px}
.mob-brief th,.mob-brief td{padding:2px 9px 2px 0;text-align:left;vertical-align:top}
.mob-brief th,.mob-brief td{border-bottom:1px solid var(--mob-rule)}
.mob-brief .n{text-align:right;font-variant-numeric:tabular-nums}
.mob-brief .mob-frame{position:relative;height:680px;border:1px solid var(--mob-rule);margin:12px 0}
.mob-brief img{max-width:100%}
.mob-brief code{background:var(--mob-aside);padding:1px 4px;overflow-wrap:anywhere}
.mob-brief footer{font-size:12px;margin-top:28px;overflow-wrap:anywhere}
.mob-brief li{margin-bottom:4px;overflow-wrap:anywhere}
@media print{.mob-brief nav{display:none}.mob-brief table{font-size:9px}.mob-brief td{padding-right:4px}
.mob-brief .mob-frame,.mob-brief tr{break-inside:avoid}
.mob-brief details>*{display:block}.mob-brief .mob-frame{height:auto}}
"""


class _Prose(Element):
    """HTML between the maps of a page: branca draws children in order, but only what they add when rendered."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def render(self, **kwargs: Any) -> None:  # type: ignore[override]  # noqa: ANN401, ARG002 - branca's signature
        """Put the text into the body."""
        figure = self.get_root()
        assert isinstance(figure, Figure)  # noqa: S101 - only ever put into a page
        figure.html.add_child(Raw(self.text), name=self.get_name())


def to_html(report: Report) -> str:
    """Return a report as one page: nothing fetched, one copy of Leaflet however many maps."""
    figure = Figure()
    figure.title = html.escape(plain(report.title))
    figure.header.add_child(Raw(f"<style>{_CSS}</style>"), name="brief_css")
    links = " ".join(f'<a href="#{_anchor(s)}">{html.escape(say(s.heading))}</a>' for s in report.sections)
    text = f"<main><h1>{_text(report.title)}</h1><nav>{links}</nav>"
    for section in report.sections:
        text += f'<h2 id="{_anchor(section)}">{html.escape(say(section.heading))}</h2>{_sentences(section)}'
        if section.view is not None:
            figure.add_child(_Prose(f'{text}<div class="mob-frame">'))
            figure.add_child(page_of(section.view, alone=False))
            text = "</div>"
        text += "".join(_table(table) for table in section.tables)
        for title, picture in _charts(section):
            text += f'<img alt="{_text(title)}" src="data:image/png;base64,{b64encode(picture).decode()}">'
    text += _sources(report.sources)
    if report.command:
        text += f"<h2>{say('To make this brief again')}</h2><p><code>{_text(report.command)}</code></p>"
    figure.add_child(_Prose(f"{text}<footer>{_text(report.footnote)}</footer></main>"))
    figure.add_child(_Prose(f"{_RECORD}{script_json(report.record)}</script>"))
    return stable(figure.render()).replace("<body>", '<body class="mob-brief">', 1)


def record_of(path: Path) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return what a page keeps of its findings; raises InputError where it keeps nothing that can be read."""
    try:
        kept = path.read_bytes().decode("utf-8", "replace").partition(_RECORD)[2].partition("</script>")[0]
        return json.loads(kept, parse_constant=_refuse)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise InputError(
            f"{path} keeps no findings to compare with: give a brief that `mobility report -o FILE.html` wrote"
        ) from None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def to_markdown(report: Report, stem: str) -> tuple[str, dict[str, bytes]]:
    """Return a report as Markdown, and the pictures it shows by file name (`stem`-network.png ...)."""
    pictures: dict[str, bytes] = {}
    lines = [f"# {_md(report.title)}"]
    for section in report.sections:
        lines.append(f"## {_md(say(section.heading))}")
        lines += [_md(s) for s in section.sentences]
        if section.view is not None:
            name = f"{stem}-{_anchor(section)}.png"
            pictures[name] = section.view.encoded(".png")
            lines.append(f"![{_md(section.view.title)}]({quote(name)})")
        for table in section.tables:
            lines.append(f"**{_md(say(table.caption))}**")
            lines.append(_md_table(table))
        for title, picture in _charts(section):
            name = f"{stem}-{_anchor(section)}.png"
            pictures[name] = picture
            lines.append(f"![{_md(title)}]({quote(name)})")
    lines.append(f"## {say('Sources')}")
    cited = [(text, quote(url, _URL)) for text, url in _cited(report.sources)]
    lines.append("\n".join(f"- {_md(text)}{f' <{url}>' if url else ''}" for text, url in cited))
    if report.command:
        lines.append(f"## {say('To make this brief again')}\n\n    {plain(report.command)}")
    lines.append(_md(report.footnote))
    return "\n\n".join(lines) + "\n", pictures


def _charts(section: Section) -> list[tuple[str, bytes]]:
    """Return the chart of a section, with its title, as a PNG; none where what draws charts is not installed."""
    if section.charted is None:
        return []
    try:
        from mobility.present.print.sheet import picture
    except InputError:
        return []
    return [(section.charted.title, picture(section.charted.chart, ".png"))]


def _anchor(section: Section) -> str:
    return section.heading.casefold().replace(" ", "-")


def _text(text: str) -> str:
    return html.escape(plain(text))


def _md(text: str) -> str:
    return markdown(plain(text))


def _sentences(section: Section) -> str:
    foreign = "" if spoken() == ENGLISH else f' lang="{ENGLISH}"'  # sentences of findings have no other language yet
    if section.listed:
        return f"<ul{foreign}>" + "".join(f"<li>{_text(s)}</li>" for s in section.sentences) + "</ul>"
    return "".join(f"<p{foreign}>{_text(s)}</p>" for s in section.sentences)


def _table(table: Table) -> str:
    headings, rows, right = cells(table.rows, table.columns)
    kind = [' class="n"' if r else "" for r in right]
    head = "".join(f'<th scope="col"{k}>{_text(h)}</th>' for h, k in zip(headings, kind, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{k}>{_text(c)}</td>" for c, k in zip(row, kind, strict=True)) + "</tr>" for row in rows
    )
    caption = f"<figcaption>{_text(say(table.caption))}</figcaption>"
    return f"<figure>{caption}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></figure>"


def _md_table(table: Table) -> str:
    headings, rows, right = cells(table.rows, table.columns)
    lines = [headings, ["---:" if r else "---" for r in right], *rows]
    texts = [lines[0], *lines[2:]]
    texts = [[_md(c) for c in line] for line in texts]
    texts.insert(1, lines[1])
    return "\n".join(f"| {' | '.join(line)} |" for line in texts)


def _cited(sources: pd.DataFrame) -> list[tuple[str, str]]:
    """Return each source in words, and its address if it has a web address."""
    found = []
    for row in sources.to_dict("records"):
        text = ", ".join(w for w in (row["publisher"], row["title"], row["date"]) if w) or row["id"]
        url = row["url"] if row["url"].startswith(("https://", "http://")) else ""
        found.append((text, url))
    return found


def _sources(sources: pd.DataFrame) -> str:
    items = [
        f'<li>{_text(text)}{f""" <a href="{html.escape(url)}" rel="noreferrer">{_text(url)}</a>""" if url else ""}</li>'
        for text, url in _cited(sources)
    ]
    return (
        f"<h2>{say('Sources')}</h2><details><summary>"
        f"{say('{n} sources of the links on the best routes', n=len(items))}</summary>"
        f"<ol>{''.join(items)}</ol></details>"
    )
