import Basics
import Foundation

/// The look of the one-tap pages, and the policy under which a browser shows them: nothing is
/// loaded, nothing runs, and the one style sheet is known by its hash: a telephone with a weak signal
/// needs one answer. The colours are those of the other pages (`Pages/Resources/style.css`).
enum LinkStyle {
    /// `Content-Security-Policy`. *Source:* W3C, Content Security Policy level 3.
    static let policy: String = {
        let hash = Data(Digest256(of: Array(sheet.utf8)).bytes).base64EncodedString()
        return "default-src 'none'; style-src 'sha256-\(hash)'; form-action 'self'; "
            + "base-uri 'none'; frame-ancestors 'none'"
    }()

    /// The style sheet. Made for a telephone in the dark: one column, one large button within reach
    /// of a thumb, colours that follow the system, and contrast of at least 4.5 to 1.
    static let sheet = """
        :root{color-scheme:light dark;--ground:#f3f4f6;--card:#fff;--ink:#14181f;--soft:#545c68;\
        --line:#dde1e7;--go:#0b6b3a;--goink:#fff;--warn:#7a4300;--warnground:#fff1d9;--focus:#1a56c4}
        @media (prefers-color-scheme:dark){:root{--ground:#0c0f14;--card:#151a21;--ink:#e9ecf1;\
        --soft:#a3adba;--line:#2a323d;--go:#2fbf71;--goink:#04210f;--warn:#ffcb7d;--warnground:#33260d;\
        --focus:#83b1ff}}
        *{box-sizing:border-box}
        body{margin:0;background:var(--ground);color:var(--ink);\
        font:1.0625rem/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{max-width:34rem;margin:0 auto;padding:1rem 1rem 3rem}
        .card{background:var(--card);border:1px solid var(--line);border-radius:.625rem;\
        padding:1.25rem;margin-top:1rem}
        .chips{display:flex;flex-wrap:wrap;gap:.5rem}
        .chip{border:1px solid var(--line);border-radius:.3rem;padding:.1rem .6rem;\
        font-size:.9375rem;font-weight:600}
        .urgent{background:#b3161f;border-color:#b3161f;color:#fff}
        .grave{background:#c23c06;border-color:#c23c06;color:#fff}
        .drill{background:#5b3fa8;border-color:#5b3fa8;color:#fff}
        h1{font-size:1.5rem;line-height:1.25;margin:1rem 0 .5rem;overflow-wrap:anywhere}
        p{margin:.5rem 0}
        .result{font-size:1.25rem;font-weight:700}
        .note{background:var(--warnground);color:var(--warn);border-radius:.75rem;padding:.75rem 1rem}
        .brief{margin:.75rem 0 1.25rem;padding:.75rem 1rem;border-left:4px solid var(--line);\
        background:var(--ground);border-radius:.5rem;font-size:1rem;line-height:1.4}
        .brief p{margin:.25rem 0;padding-left:1rem;text-indent:-1rem;min-height:.5rem;\
        white-space:pre-wrap;overflow-wrap:anywhere}
        h2{font-size:1.0625rem;margin:1.5rem 0 .25rem}
        label{display:block;margin-top:1rem;font-weight:600}
        textarea{display:block;width:100%;margin-top:.35rem;padding:.75rem;\
        border:1px solid var(--soft);border-radius:.75rem;background:var(--card);color:inherit;\
        font:inherit;font-weight:400;resize:vertical}
        textarea:focus-visible{outline:3px solid var(--ink);outline-offset:2px}
        form+form{margin-top:2rem;padding-top:.5rem;border-top:1px solid var(--line)}
        button{display:block;width:100%;min-height:4.5rem;margin:1.25rem 0 .5rem;border:0;\
        border-radius:1rem;background:var(--go);color:var(--goink);font:inherit;font-size:1.375rem;\
        font-weight:700;cursor:pointer}
        button.quiet{min-height:3.25rem;background:none;color:inherit;\
        border:1px solid var(--soft);font-size:1.0625rem}
        button:focus-visible{outline:3px solid var(--focus);outline-offset:3px}
        dl{margin:1rem 0 0;display:grid;grid-template-columns:auto 1fr;gap:.35rem 1rem}
        dt{color:var(--soft)}
        dd{margin:0;overflow-wrap:anywhere}
        ul{margin:.25rem 0 0;padding-left:1.25rem}
        li{overflow-wrap:anywhere}
        a{color:inherit}
        footer{color:var(--soft);font-size:.875rem;margin-top:1rem}
        """
}
