document.dispatchEvent(new CustomEvent("recto:entries",{detail:[]}))
