import acme


def run():
    # #region charge
    acme.charge(1000)
    # #endregion
