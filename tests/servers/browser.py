"""A browser as far as sign-in forms need one: cookies, redirects, hidden fields, an address of its own on loopback."""

from __future__ import annotations

import html
import http.client
import re
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin, urlsplit


@dataclass(frozen=True, kw_only=True)
class Page:
    status: int
    url: str
    text: str

    @property
    def hidden(self) -> dict[str, str]:
        """The fields of the page's forms that are not shown."""
        fields = {}
        for tag in re.findall(r"<input\b[^>]*>", self.text):
            values = {name: html.unescape(value) for name, value in re.findall(r"([\w-]+)\s*=\s*\"([^\"]*)\"", tag)}
            if values.get("type") == "hidden" and "name" in values:
                fields[values["name"]] = values.get("value", "")
        return fields


@dataclass(kw_only=True)
class Browser:
    site: str  # http://127.0.0.1:PORT
    address: str = "127.0.0.1"  # any of 127.0.0.0/8
    user_agent: str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str) -> Page:
        return self._ask("GET", urljoin(self.site, path), None)

    def post(self, path: str, **fields: str) -> Page:
        return self._ask("POST", urljoin(self.site, path), fields)

    def submit(self, path: str, **fields: str) -> Page:
        """Open the form and send it with its hidden fields."""
        page = self.get(path)
        return self._ask("POST", page.url, {**page.hidden, **fields})

    def _ask(self, method: str, url: str, fields: dict[str, str] | None) -> Page:
        for _ in range(8):
            place = urlsplit(url)
            headers = {"User-Agent": self.user_agent, "Accept": "text/html", "Referer": url, **self.headers}
            if self.cookies:
                headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
            if method == "POST":
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection = http.client.HTTPConnection(
                place.hostname or "", place.port, timeout=30, source_address=(self.address, 0)
            )
            try:
                target = (place.path or "/") + (f"?{place.query}" if place.query else "")
                connection.request(method, target, urlencode(fields or {}) if method == "POST" else None, headers)
                answer = connection.getresponse()
                text = answer.read().decode("utf-8", "replace")
            finally:
                connection.close()
            for cookie in answer.headers.get_all("Set-Cookie", []):
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name.strip()] = value
            if answer.status not in (301, 302, 303, 307):
                return Page(status=answer.status, url=url, text=text)
            url, method = urljoin(url, answer.headers["Location"]), "GET"
        raise RuntimeError(f"redirected in circles at {url}")
