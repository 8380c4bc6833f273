document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["","",""]],"sets":[],"pages":[]}}))
