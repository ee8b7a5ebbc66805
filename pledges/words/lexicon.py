"""The words that name a time, by class, as data. A class is one letter, so that a phrase is a short text to match.

What a row of classes comes to is said in ``phrases`` and ``relations``; source: the rules of pledges, "Deadline words".
"""

from __future__ import annotations

from pledges.words.normal import MONTH

CLASSES = {
    "N": "number", "Y": "year", "O": "ordinal", "L": "last", "G": "date in figures", "T": "'tanggal'", "M": "month",
    "W": "day of the week", "r": "today, tomorrow", "h": "hari", "w": "minggu", "b": "bulan", "t": "tahun", "j": "jam",
    "q": "triwulan", "s": "semester", "K": "working (hari kerja)", "P": "part of a period", "I": "this", "D": "next",
    "H": "H-7", "B": "before", "A": "after", "S": "since", "d": "'dari'", "E": "known day", "J": "Hari Jadi",
    "U": "Lebaran", "R": "Ramadan", "F": "budget", "C": "revised budget", "V": "tenure", "f": "floor ('paling cepat')",
    "l": "ceiling ('paling lambat')",
    "m": "'mulai', a floor unless a range follows",
    "X": "a time that no rule reads", "-": "range", "+": "one of two", ",": "comma", "e": "ends", "*": "reading",
    "a": "bound to the time after it ('setiap', 'beberapa')", "z": "bound to the time before it ('3 bulan lebih')",
    "y": "a time past ('tahun lalu'), bound to the time beside it",
    "k": "'selama'", "c": "thing that is counted", "g": "thing that lasts ('garansi 2 tahun')", "x": "plus or minus",
    "i": "product ('iPhone 15')", "u": "'sisanya'", "n": "'lagi'", ".": "any other word", "p": "title of a person",
    "_": "says nothing",
}  # fmt: skip
TIMES = frozenset("NYOLGTMWrhwbtjqsKPIDHBASdEJURFCVX*")
"""Classes that name a time, or no time without another. Those in ``WEAK`` do so only inside a phrase or beside it."""
WEAK = frozenset("NOL")

PARTS = {
    "awal": "awal", "pertengahan": "pertengahan", "medio": "pertengahan", "tengah": "tengah", "akhir": "akhir",
    "penghujung": "akhir", "ujung": "akhir", "habis": "akhir", "abis": "akhir",
    "tutup": "akhir",
}  # fmt: skip
ORDINALS = {
    "pertama": 1, "kesatu": 1, "perdana": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "keenam": 6,
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6,
}  # fmt: skip
WEEKDAYS = {
    "senin": 0, "selasa": 1, "rabu": 2, "kamis": 3, "jumat": 4, "jum'at": 4, "jum’at": 4, "sabtu": 5, "ahad": 6,
}  # fmt: skip
DAYS_AHEAD = {"hari ini": 0, "besok": 1, "esok": 1, "lusa": 2, "besok lusa": 2}
UNITS = {
    "hari": "h", "minggu": "w", "pekan": "w", "bulan": "b", "tahun": "t", "jam": "j", "semester": "s", "smt": "s",
    "triwulan": "q", "tribulan": "q", "tw": "q", "kuartal": "q", "kwartal": "q",
}  # fmt: skip
STRANGE = (
    "idh?ul|adha|jabatan|paskah|imlek|kenaikan|galungan|kuningan|takbiran|musim|kemarau|panen|dekade|dasawarsa|windu|abad|lustrum"
    "|caturwulan|cawu|weekend|rajab|s[yh]a'?ban|d?z(?:h|u)l(?:ka|ko|qa)'?i?dah|d?z(?:h|u)l?hij+ah|safar|shafar"
    "|rabiul|jumadil|mu?ha?rr?am|suro|sura|sapar|mulud|ruwah"
)
"""Times of other calendars and customs, which no rule reads."""
FEASTS = {
    "idul_adha": r"id[uh]l?\s*-?\s*(?:adha|kurban|qurban)|lebaran\s+haji|hari\s+raya\s+(?:haji|kurban|qurban)",
    "maulid": r"maul[iu]d(?:\s+nabi)?(?:\s+(?:muhammad|besar))?(?:\s+saw)?",
    "tahun_baru_islam": r"1\s+mu?ha?rr?am|tahun\s+baru\s+(?:islam|hijri?[yi]?ah)",
    "nyepi": r"nyepi|tahun\s+baru\s+saka", "waisak": "waisak|wesak", "natal": "natal",
    "hut_ri": r"(?:hut|hari\s+ulang\s+tahun)\s+(?:kemerdekaan(?:\s+(?:ri|republik\s+indonesia))?|ri"
    r"|republik\s+indonesia|proklamasi)|hari\s+(?:kemerdekaan|proklamasi)(?:\s+(?:ri|republik\s+indonesia))?|agustusan|17\s*-?\s*an",
    "tahun_baru": r"tahun\s+baru(?:\s+masehi)?(?!\s+(?:imlek|cina|china|tionghoa|jawa|islam|hijri|saka))",
    "hari_jadi": r"(?:hari\s+jadi|(?:hut|hari\s+ulang\s+tahun)(?=\s+(?:kabupaten|kab|kota|daerah|pemkab)))"
    r"(?!\s+(?:provinsi|propinsi|desa|kecamatan|kelurahan|partai|indonesia))(?:\s+(?:kabupaten|kab|kota|daerah|pemkab))?"
    r"(?:\s+kita)?",
}  # fmt: skip
"""Names of the days that are known; the key is that of the calendar (``org.calendar.FEASTS``) or of a fixed day."""

_UNIT = "hari|minggu|pekan|bulan|tahun|semester|triwulan|kuartal|senin|selasa|rabu|kamis|jumat|sabtu"
_PAST = r"lalu|kemarin|kmrn|silam|belakangan(?:\s+ini)?"
SPOKEN: tuple[tuple[str, str], ...] = (
    ("_", r"(?:setelah|sesudah|sebelum|saat|detik|selama|waktu)\s+(?:ini|itu)|selain\s+itu"
     r"|terhitung(?=\s+(?:mulai|sejak))|tengah\s+malam|(?:(?:dari|sejak|mulai|terhitung)\s+)+sekarang|kurang\s+(?:lebih|dari)|\+\s*/\s*-"),
    (".", r"(?:(?:perbup|perda|perpres|permen\w*|inpres|kepmen\w*|pp|uu|sk|(?:instruksi|keputusan|peraturan)\s+\w+)"
     r"\s+(?:(?:nomor|no)\s*)?\d+(?:\s*/\s*\w+)*|(?:nomor|no)\s+\d+(?:\s*/\s*[\w.]+)*)(?:\s+tahun\s+\d{4})?"),
    (".", r"rp\s*[\d.,]*\d(?:\s*(?:ribu|rb|juta|jt|miliar|milyar|triliun))?|[2345]g"),
    ("_", r"(?:pukul|jam|pkl)\s+\d{1,2}(?:[.:]\d{2})?(?:\s+(?:wib|wita|wit))?|\d{1,2}[.:]\d{2}\s+(?:wib|wita|wit)"),
    ("y", rf"(?:(?:(?:\d+\s+)?(?:{_UNIT}|{MONTH})(?:\s+\d{{4}})?|\d{{1,2}}\s+(?:{MONTH})(?:\s+\d{{4}})?)"
     rf"\s+(?:yang\s+)?)?(?:{_PAST})"),
    ("H", r"h\s*(?:(?:[-+±]|min(?:us)?\b|plus\b)\s*\d{1,4}|-\s*h)|hari\s*-?\s*h"),
    ("X", r"h(?=\s*[-+])|[wm]\d|\d{4}\s*h(?:ijri\w*)?|malam(?=\s+(?:lebaran|id|natal|tahun|senin|selasa"
     r"|rabu|kamis|jum|sabtu|minggu|ahad))"
     r"|(?P<base>hari|minggu|pekan|bulan|tahun|jam|besok|lusa|awal|akhir)(?:\s*-\s*(?P=base)\w*|2)"),
    *((f"{'J' if name == 'hari_jadi' else 'E'}:{name}", names) for name, names in FEASTS.items()),
    ("U", r"id[uh]l?\s*-?\s*fitri|lebaran|(?:bulan\s+)?s[yh]awal"),
    ("R", r"(?:bulan\s+)?(?:suci\s+)?(?:(?:puasa\s+)?(?:ramad[hl]?an|romadh?[ao]n)|puasa)"),
    ("_", r"hari\s+(?:raya|suci)(?=\s+(?:id|lebaran|natal|nyepi|waisak|wesak|maul))"),
    ("X", r"tahun\s+(?:baru|ajaran|pelajaran|akademik)|isra\w*(?:\s+mi\w*raj)?|hut|hari\s+(?:ulang|jadi|raya|suci"
     r"|ibu|guru|pahlawan|buruh|kartini|pramuka|pancasila|santri|sumpah)|suatu\s+(?:hari|saat|ketika)"),
    ("V", r"masa\s+(?:jabatan|bakti)|periode\s+(?:jabatan|kepemimpinan)|(?<=akhir )periode"),
    ("C", r"apb[dn]\s*-?\s*p|p\s*-?\s*apb[dn]|apb[dn]\s+perubahan|perubahan\s+apb[dn]|perubahan\s+anggaran"
     r"|anggaran\s+perubahan|anggaran\s+(?:(?:biaya|belanja)\s+)?tambahan|abt"
     r"|perubahan(?=\s*(?:$|[,;]|tahun\b|anggaran\b|ta\b|ini\b|nanti\b|depan\b|\d{4}\b))"),
    ("r", r"(?<!\d\s)hari ini|besok lusa|besok|esok|lusa"),
    ("P", r"(?:habis|abis)(?=\s+(?:bulan(?!\s+(?:puasa|ramad|syawal))|tahun(?!\s+baru)))"),
    ("f", r"paling\s+(?:cepat|awal|dini)|secepat\s*-\s*cepatnya|seawal\s*-\s*awalnya"),
    ("l", r"paling\s+(?:lambat|lama|akhir|telat)|selambat(?:nya|\s*-\s*lambatnya)|selama\s*-\s*lamanya"
     "|maksimal|maksimum"),
    ("g", r"masa\s+(?:pakai|manfaat|berlaku|garansi|guna|kontrak|sewa|pinjam\w*|percobaan|aktif|langganan|pemeliharaan)"
     r"|(?:ber)?garansi\w*|jaminan|asuransi|(?:di)?kontrak|(?:ber)?langganan|kuota|paket\s+(?:data|internet)|internet|pulsa|baterai|(?:ber)?umur|(?:ber)?usia|awet"
     r"|pelatihan|bimtek|diklat|lokakarya|workshop|magang|(?:di|me)?pinjam\w*|peminjaman|(?:di)?sewa(?:kan)?|menyewa"
     r"|cicilan|angsuran|dicicil|lisensi|pemeliharaan|pemakaian|dipakai|digunakan|uji\s*coba|(?:ber)?tahan"
     r"|(?:proses\s+)?(?:lelang|tender|pengadaan|pengiriman|pengerjaan|perakitan)"),
    ("m", r"(?:di)?mulai(?:nya)?|terhitung|start|tmt|t\s+m\s+t|berlaku|(?<!hari )efektif"),
    ("a", r"paling\s+(?:tidak|kurang|sedikit)|sekurang\s*-\s*kurangnya|setidak\s*-\s*tidaknya|lebih\s+dari"
     r"|di\s+(?:atas|bawah)"
     "|lewat(?: dari)?|melewati|melebihi|setiap|tiap|saban|per|kali|setengah|seperempat|beberapa|sekian|berapa|puluhan"
     r"|belasan|minimal|minimum|berkala|rutin|setidaknya|sekurangnya|(?:ter)?kecuali|selain|di\s+luar"),
    ("z", r"lebih(?: sedikit)?|sekali|ke\s*atas|se(?:belum|sudah|telah)nya|(?:dan\s+)?(?:seterusnya|selanjutnya|dst)"
     r"|depannya|(?:secara\s+)?berturut(?:\s*-?\s*turut|2)|beruntun|terus\s*-?\s*menerus"),
    ("x", "(?:di)?tambah(?:kan)?|plus|min|minus|(?:di)?kurang(?:i|kan)?|dipotong"), ("u", "sisanya|selebihnya"),
    ("W", r"hari\s+minggu|" + "|".join(WEEKDAYS)),
    ("O", r"(?:tahap|gelombang|termin|batch|kloter|putaran)\s*(?:\d{1,2}|[ivx]+)"
     r"|ke\s*-\s*(?:\d{1,3}|[ivx]{1,4})|ke\d{1,3}|" + "|".join(ORDINALS)),
    ("M", MONTH), ("P", r"(?:hari|tanggal)\s+terakhir|awal|pertengahan|medio|tengah|akhir|penghujung|ujung"
     r"|tutup(?=\s+(?:tahun|bulan))"),
    ("unit", "|".join(UNITS)),
    ("n", "lagi|kemudian"),
    ("D", "depan|berikutnya"), ("I", "ini|berjalan"), ("K", "kerja|efektif"), ("T", "tanggal"), ("L", "terakhir"),
    ("B", "sebelum|menjelang|jelang"),
    ("A", "setelah|sesudah|seusai|usai|habis|abis|sehabis|pasca|selepas|selewat|ba'?da|bakda"),
    ("S", "sejak|semenjak"), ("d", "dari"), ("k", "selama|sepanjang"), ("-", "sampai|hingga"),
    ("+", "atau|dan|maupun|serta"), ("e", "berakhir|tutup"), ("F", r"(?:apb[dn]|anggaran)(?:\s+murni)?|ta|dpa|rka"),
    ("X", STRANGE),
    ("c", "hp|handphone|ponsel|telepon|telpon|smartphone|gawai|gadget|laptop|notebook|komputer|pc|tablet|kamera"
     "|tripod|gimbal|mikrofon|mic|drone|printer|modem|mifi|router|wifi|powerbank|kartu|gb|giga|paket|unit|buah"
     "|bh|biji|set|pcs|orang|org|admin|operator|petugas|pegawai|staff?|asn|kecamatan|kec|desa|kelurahan|kel|kabupaten"
     "|dinas|opd|skpd|kantor|puskesmas|sekolah|perangkat|alat|barang|titik|lokasi|juta|jt|miliar|milyar|ribu|rb|persen"
     "|akun|jenis|macam|lembar|camat|lurah|kades|kepala|warga|siswa|guru|kader|posyandu|rt|rw|bidan|perawat|tenaga"
     "|lampu|lensa|memori|harddisk|server|scanner|proyektor|layar|monitor|mobil|motor|rumah|ruang|ruangan"
     "|pihak|tim|kelompok|wilayah|daerah|penerima|inci|watt|mbps|mm|%"),
    ("i", "redmi|note|iphone|ipad|galaxy|samsung|xiaomi|poco|oppo|vivo|realme|infinix|itel|tecno|ram|rom|nokia|advan"
     "|huawei|honor|asus|acer|lenovo|macbook|thinkpad|ideapad|windows|android|pixel|canon|epson|nikon|sony|seri|tipe|versi"
     "|model"),
    ("p", "pak|bapak|bu|ibu|sdr|saudara|mas|mbak|kang|teh|haji|hj|dr|ir|bang|kak"),
    ("_", "di|pada|dalam|yang|itu|tsb|tersebut|adalah|ialah|jatuh|lambat|lambatnya"
     "|batas"
     "|tenggat|target|waktu|jangka|kurun"
     "|tempo|kira|kira-kira|sekitar|sekira|kisaran|juga|saja|ya|nanti|nantinya|kelak|antara|tepat|tepatnya"
     "|yaitu|yakni|alias|persisnya|artinya|maksudnya|bertepatan|pas|saat|momen|masuk|memasuki|sekarang|kalender|masehi|ke|perayaan|peringatan|libur|wib|wita|wit|pagi"
     "|siang|sore|malam|dengan|sd"),
)  # fmt: skip
"""Words and their class, in the order in which they are tried; each stands as a word of its own."""

SIGNS: tuple[tuple[str, str], ...] = (
    ("G", r"(?<!\d)(?:\d{4}-\d{1,2}-\d{1,2}|\d{1,2}\s*[/.-]\s*\d{1,2}\s*[/.-]\s*(?:\d{4}|\d{2}))(?!\d)"),
    ("_", r"(?<![\d.])\d{1,2}:\d{2}(?!\d)"), ("day", r"\d{1,4}\s*x\s*24\s*jam\b"), (".", r"\d+(?:[.,]\d+)?\s*%"),
    ("q", r"\b(?:q|tw)\s*(?=[1-4]\b)"), ("X", r"\d+(?:[.,x]\d+)+|\d+\s*-?\s*an\b"), ("number", r"\d+"),
    ("-", "-"), ("+", "[/&]"), (",", "[,;(]"), ("word", r"[^\W\d_]+(?:['’`]?\w+)*"),
)  # fmt: skip

LONE_NAMES = frozenset({"agus", "may", "mar"})
"""Short names of months that are names of people or words too: months only beside a number, a year, "bulan" …"""
OF_ITS_OWN = (
    "masa", "pelatihan", "bimtek", "diklat", "lokakarya", "workshop", "lelang", "proses", "tender", "kontrak",
)  # fmt: skip
"""Things that last whose own day follows their name ("pelatihan 5 September"), which is no deadline of devices."""
SHORT_WORDS = frozenset({
    "akan", "atas", "bagi", "baru", "beli", "bisa", "buat", "cair", "dana", "dak", "dau", "dbh", "pad", "btt", "kas",
    "desa", "jadi", "kita", "kami", "lalu", "masa", "mau", "oleh", "pagu", "para", "plus", "rkpd", "kua", "sesi",
    "tapi", "uang", "usul", "via", "mesti", "agar", "ada", "maka", "saya", "demi",
})  # fmt: skip
"""Short words that stand before a year and are no month in short."""
