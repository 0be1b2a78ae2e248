"""Names that made-up people have."""

FIRST = (
    *("Mia", "Emma", "Hannah", "Lea", "Anna", "Clara", "Lina", "Paula", "Ida", "Nora"),
    *("Beatriz", "Sofia", "Matilde", "Carolina", "Joana", "Leon", "Paul", "Felix", "Emil"),
    *("Anton", "Oskar", "Max", "Jakob", "Moritz", "Theo", "Tiago", "Miguel", "Afonso", "Duarte"),
)
LAST = (
    *("Keller", "Brandt", "Vogel", "Sommer", "Winter", "Lorenz", "Roth", "Busch", "Seidel"),
    *("Santos", "Ferreira", "Pereira", "Oliveira", "Rocha", "Nunes", "Marques", "Moreira"),
)
