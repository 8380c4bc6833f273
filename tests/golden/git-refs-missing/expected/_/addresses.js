document.dispatchEvent(new CustomEvent("recto:addresses",{detail:{"versions":[["4","4",""],["3","3","3/"],["2","2","2/"],["1","1","1/"],["0","0","0/"]],"sets":[[0]],"pages":[[0,"",0,"Start"]]}}))
