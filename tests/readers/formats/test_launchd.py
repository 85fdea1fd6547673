"""Property lists of launchd."""

from __future__ import annotations

from pathlib import Path

from readers.assembly.trees import uses_of

JOB = """\
<?xml version="1.0"?>
<plist version="1.0"><dict>
<key>ProgramArguments</key><array>
  <string>/opt/bin/vllm</string><string>serve</string><string>$WEIGHTS</string>
  <string>--tool-call-parser</string><string>hermes</string>
</array>
<key>KeepAlive</key><dict><key>Crashed</key><true/></dict>
<key>EnvironmentVariables</key><dict>
  <key>WEIGHTS</key><string>acme/Ivy-7b</string>
  <key>HF_HOME</key><string>/a &amp; b</string>
</dict>
</dict></plist>
"""


def test_a_job_with_its_environment(tmp_path: Path) -> None:
    assert uses_of(tmp_path, {"x.plist": JOB}) == {("x.plist", 9, "acme/Ivy-7b", "chat")}


def test_settings_of_an_application(tmp_path: Path) -> None:
    text = "<plist><dict><key>model</key><dict><key>name</key><string>acme/Ivy-7b</string></dict></dict>"
    assert uses_of(tmp_path, {"x.plist": text}) == {("x.plist", 1, "acme/Ivy-7b", "unknown")}
    assert uses_of(tmp_path, {"x.plist": "<plist>" + "<dict><array>" * 5000 + "<key>model</key></string>"}) == set()
