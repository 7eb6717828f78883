// JupyterLab takes Enter, the arrows and letters for its cells, also when a button or a list in a
// cell's output has the focus: b adds a cell, x cuts one, Ctrl Enter runs it anew, and what was
// edited in it is gone. Where this widget is, such keys are left to what has the focus; others
// with Ctrl, Alt or Meta are JupyterLab's, so that Ctrl S saves.

const LEFT_ALONE = "data-lm-suppress-shortcuts"; // JupyterLab looks for it where a key is pressed

function render({ el }) {
  el.style.display = "none";
  const decide = (event) => {
    const bench = el.closest(".rhetorica-workbench");
    if (!bench || !bench.contains(event.target)) return;
    const command = (event.ctrlKey || event.altKey || event.metaKey) && event.key !== "Enter";
    event.target.toggleAttribute(LEFT_ALONE, !command);
  };
  // JupyterLab listens at the document: the window is asked before it.
  window.addEventListener("keydown", decide, true);
  return () => window.removeEventListener("keydown", decide, true);
}

export default { render };
