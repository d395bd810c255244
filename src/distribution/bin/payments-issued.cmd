@echo off
rem Runs payments-issued in the folder above this one. Takes a command and its options; without one it runs until stopped.
rem JAVA_HOME names a Java 17 or later where the one on the path is not; JAVA_OPTS goes to it. Jars in lib\ are taken in.
setlocal
pushd "%~dp0.."
set "JAVA=java"
if defined JAVA_HOME set "JAVA=%JAVA_HOME%\bin\java"
"%JAVA%" %JAVA_OPTS% -cp "payments-issued.jar;lib\*" org.paymentsissued.Application %*
set "RESULT=%ERRORLEVEL%"
popd
exit /b %RESULT%
