/* What a script of a block tries in its frame; the journey reads what came of it. */
function PracticeBlock(runtime, element, settings) {
  const seen = {};
  const attempt = (name, act) => { try { seen[name] = String(act()); } catch (fault) { seen[name] = fault.name; } };
  attempt("parent", () => window.parent.document.title);
  attempt("top", () => window.top.location.href);
  attempt("cookie", () => document.cookie);
  attempt("storage", () => localStorage.length);
  attempt("origin", () => self.origin);
  element.dataset.seen = JSON.stringify(seen);
  element.dataset.question = settings.question;
  element.dataset.words = settings.words;
  window.practiceAnswer = (number) => $.ajax({
    type: "POST", url: runtime.handlerUrl(element, "answer"), data: JSON.stringify({ number }), dataType: "json",
  });
}

function PracticeEditor(runtime, element) {
  window.practiceSave = () => {
    runtime.notify("save", { state: "start" });
    const data = JSON.stringify({ question: document.getElementById("question").value });
    return $.post(runtime.handlerUrl(element, "studio_submit"), data).done(() => runtime.notify("save", { state: "end" }));
  };
}
