# USER is no command of SMTP, though 220 is a reply of both.
<<<
220 FTP ready\r\n
>>>
USER anonymous\r\nQUIT\r\n
<<<
331 password\r\n
===
