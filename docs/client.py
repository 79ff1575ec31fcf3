"""A client in forty lines, with Python alone: a draft, a photo in parts, sending it in, and one's statements.

BUTLANG_PASSWORD=… python docs/client.py https://butlang.example 0912345678 photo.jpg
"""

import base64
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.request
import uuid

PART = 4 * 2**20


def ask(method, path, body=None, **headers):
    """The answer's JSON. A refusal is told in words and ends the program."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body else None
    kind = "application/octet-stream" if isinstance(body, bytes) else "application/json"
    request = urllib.request.Request(API + path, raw, LOGIN | {"Content-Type": kind} | headers, method=method)
    try:
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        sys.exit(json.load(refused)["detail"])


def send_photo(piece, photo, me):
    content = photo.read_bytes()
    new = {"client_key": str(uuid.uuid4()), "kind": "photo", "file_name": photo.name, "size": len(content)}
    upload = ask("POST", f"{piece}uploads/", new | {"caption": "Đường mới", "photographer": me})
    while upload["received"] < len(content):  # after a broken connection ask how far it is, and go on from there
        part = content[upload["received"] : upload["received"] + PART]
        upload = ask("PATCH", f"{piece}uploads/{upload['id']}/", part, **{"Upload-Offset": str(upload["received"])})


if __name__ == "__main__":
    API, phone = f"{sys.argv[1]}/api/v1/", sys.argv[2]
    LOGIN = {
        "Authorization": "Basic " + base64.b64encode(f"{phone}:{os.environ['BUTLANG_PASSWORD']}".encode()).decode()
    }
    draft = {"client_key": str(uuid.uuid4()), "genre": "news_item", "title": "Ấp Mẫu làm đường"}
    made = ask("POST", "pieces/", draft | {"body": "Sáng nay bà con trong ấp cùng nhau làm đường."})
    send_photo(f"pieces/{made['id']}/", pathlib.Path(sys.argv[3]), ask("GET", "me/")["here"]["contributor"]["id"])
    while (made := ask("GET", f"pieces/{made['id']}/"))["uploads"]:  # a worker decodes the photo
        time.sleep(1)
    yes = {"version": made["version"], "pledge": ask("GET", "pledge/")["version"]}
    print("Sent, receipt", ask("POST", f"pieces/{made['id']}/submit/", yes)["receipt_number"])
    for statement in ask("GET", "statements/")["results"]:
        print(statement["number"], statement["net"], "đồng", statement["state"])
